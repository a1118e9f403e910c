"""Runs a Python function as a client of the Lambda Runtime API."""
import codecs
import http.client
import importlib
import io
import json
import logging
import os
import sys
import threading
import time
import traceback

writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # not into the folder of the package
import ivschat_local_network
sys.dont_write_bytecode = writes_bytecode

LOG_PIPE = 3
RUNTIME_API = os.environ['AWS_LAMBDA_RUNTIME_API']
request_id = None


# As in logs.js.
MAX_CHARACTERS = 32000

# Reentrant, because a signal handler may print while a record is written.
lock = threading.RLock()


def replace_lock():
    """A thread of the parent process may have held the lock when it was copied."""
    global lock
    lock = threading.RLock()


os.register_at_fork(after_in_child=replace_lock)


def write(record):
    """Writes a line of JSON. Begins on a new line, because the function itself may have written to the pipe."""
    rest = ('\n' + json.dumps(record) + '\n').encode()
    with lock:
        while rest:
            rest = rest[os.write(LOG_PIPE, rest):]


def limit(text):
    omitted = len(text) - MAX_CHARACTERS
    return text if omitted <= 0 else '%s… (%d more characters)' % (text[:MAX_CHARACTERS], omitted)


class Output(io.RawIOBase):
    """Writes printed text to the log pipe, in order with logged records."""

    def __init__(self):
        # Bytes may end within a character.
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')

    def writable(self):
        return True

    def write(self, data):
        content = bytes(data)
        text = self.decoder.decode(content)
        for start in range(0, len(text), MAX_CHARACTERS):
            write({'raw': text[start:start + MAX_CHARACTERS]})
        return len(content)


class Handler(logging.Handler):
    def emit(self, record):
        level = {'WARNING': 'WARN', 'CRITICAL': 'FATAL'}.get(record.levelname, record.levelname)
        moment = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created)) + '.%03dZ' % record.msecs
        write({'level': level, 'message': limit(self.format(record)), 'requestId': request_id, 'time': moment})


class Context:
    identity = None
    client_context = None

    def __init__(self, headers):
        self.aws_request_id = headers['Lambda-Runtime-Aws-Request-Id']
        self.invoked_function_arn = headers['Lambda-Runtime-Invoked-Function-Arn']
        self.function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
        self.function_version = os.environ['AWS_LAMBDA_FUNCTION_VERSION']
        self.memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
        self.log_group_name = os.environ['AWS_LAMBDA_LOG_GROUP_NAME']
        self.log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']
        self._deadline = int(headers['Lambda-Runtime-Deadline-Ms'])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


class RuntimeFailure(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def call(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(RUNTIME_API)
    connection.request(method, '/2018-06-01/runtime' + path, body, headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.headers, content


def describe(error):
    kind = error.kind if isinstance(error, RuntimeFailure) else type(error).__name__
    return {'errorMessage': str(error), 'errorType': kind, 'requestId': request_id or '', 'stackTrace': traceback.format_tb(error.__traceback__)[1:]}


def post_error(path, error):
    described = describe(error)
    call('POST', path, json.dumps(described).encode(), {'Lambda-Runtime-Function-Error-Type': described['errorType']})


def load(text):
    module_name, dot, name = text.rpartition('.')
    if not dot:
        raise RuntimeFailure('Runtime.MalformedHandlerName', 'Handler must be the name of a module, a dot and the name of a function, got "%s": use index.handler, for example.' % text)
    try:
        module = importlib.import_module(module_name.replace('/', '.'))
    except ImportError as error:
        raise RuntimeFailure('Runtime.ImportModuleError', "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        raise RuntimeFailure('Runtime.UserCodeSyntaxError', "Syntax error in module '%s': %s" % (module_name, error)) from error
    if not hasattr(module, name):
        raise RuntimeFailure('Runtime.HandlerNotFound', "Handler '%s' missing on module '%s'" % (name, module_name))
    return getattr(module, name)


def serialize(result):
    try:
        return json.dumps(result, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise RuntimeFailure('Runtime.MarshalError', 'The result of the handler must be serializable to JSON: %s' % error) from error


def main():
    global request_id
    sys.path[0] = os.environ['LAMBDA_TASK_ROOT']
    sys.stdout = sys.stderr = io.TextIOWrapper(Output(), 'utf-8', 'backslashreplace', write_through=True)
    logging.getLogger().addHandler(Handler())
    if os.environ.get('AWS_LAMBDA_LOG_FORMAT') == 'JSON':
        logging.getLogger().setLevel(os.environ['AWS_LAMBDA_LOG_LEVEL'].replace('TRACE', 'DEBUG'))
    ivschat_local_network.install()
    try:
        handler = load(os.environ['_HANDLER'])
    except Exception as error:
        post_error('/init/error', error)
        sys.exit(1)

    while True:
        headers, event = call('GET', '/invocation/next')
        request_id = headers['Lambda-Runtime-Aws-Request-Id']
        os.environ['_X_AMZN_TRACE_ID'] = headers['Lambda-Runtime-Trace-Id']
        try:
            result = serialize(handler(json.loads(event), Context(headers)))
            # The host waits for this record, so that the log of an invocation is complete when its result arrives.
            write({'end': request_id})
            call('POST', '/invocation/%s/response' % request_id, result)
        except Exception as error:
            write({'end': request_id})
            post_error('/invocation/%s/error' % request_id, error)
        request_id = None


try:
    main()
except ConnectionError:
    # The host process has exited.
    sys.exit(1)
