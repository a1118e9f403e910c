"""Leads connections to AWS hosts to the server of ivschat-local, and refuses the others (see network.js)."""
import json
import os
import re
import socket
import ssl

SETTINGS = json.loads(os.environ['IVSCHAT_LOCAL_NETWORK'])
HOSTS = SETTINGS['hosts']
SERVER = ('127.0.0.1', SETTINGS['port'])
AWS = re.compile(r'(^|\.)(amazonaws\.(com(\.cn)?|eu)|amazonwebservices\.com\.cn|api\.aws|on\.aws)$')
HTTPS = (443, '443', 'https')

look_up = socket.getaddrinfo
connect = socket.socket.connect
connect_ex = socket.socket.connect_ex
wrap_socket = ssl.SSLContext.wrap_socket
wrap_bio = ssl.SSLContext.wrap_bio
reported = set()


def normalize(host):
    """A host name as in the host table: a trailing dot, and the case, make no difference to DNS."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    return name.lower().rstrip('.')


def packed_address(host):
    """The bytes of an IP address, also of an IPv4 address that is mapped to IPv6. None for a name."""
    text = host.split('%')[0]
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ':' in text else socket.AF_INET, text)
    except OSError:
        return None
    return packed[12:] if packed[:12] == bytes(10) + b'\xff\xff' else packed


def is_metadata(host):
    """Whether this is the address of the metadata service of Amazon EC2, Amazon ECS or Amazon EKS."""
    packed = packed_address(host) or b''
    return packed[:2] == b'\xa9\xfe' if len(packed) == 4 else packed[:4] == b'\xfd\x00\x0e\xc2'


def connect_request(host, port, *headers):
    """The start of a connection to the server: it is of this function, and for this host."""
    lines = [
        'CONNECT %s:%s HTTP/1.1' % ('[%s]' % host if ':' in host else host, port),
        'Host: 127.0.0.1',
        'Proxy-Authorization: Bearer ' + SETTINGS['secret'],
        'X-Ivschat-Local-Function: ' + SETTINGS['functionName'],
        *headers,
    ]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode()


def refusal(host, port, address=None):
    """The error for a refused connection, which the server prints: the function may not report it."""
    if (host, port) not in reported:
        reported.add((host, port))
        with socket.socket() as reporter:
            connect(reporter, SERVER)
            reporter.sendall(connect_request(host, 443 if port in HTTPS else port or 0, 'X-Ivschat-Local-Refused: ' + (address or 'name')))
            reporter.shutdown(socket.SHUT_WR)
            reporter.recv(1024)
    remedy = 'their environment variables have region and credentials' if address or is_metadata(host) else 'use the endpoint in AWS_ENDPOINT_URL'
    return OSError('Functions in ivschat-local cannot connect to %s%s: %s.' % (host, ' (%s)' % address if address else '', remedy))


def checked_lookup(host, port, *args, **kwargs):
    if host is None:
        return look_up(host, port, *args, **kwargs)
    name = normalize(host)
    if name in HOSTS and port in HTTPS:
        return look_up(*SERVER, *args, **kwargs)
    if AWS.search(name) or is_metadata(name):
        raise refusal(name, port)
    found = look_up(host, port, *args, **kwargs)
    for *_, address in found:
        if is_metadata(address[0]):
            raise refusal(name, port, address[0])
    return found


def target(sock, address):
    """Where a socket connects to instead of the address."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address[0], (str, bytes)) or len(address[0]) == 0:
        return address
    host, port = address[:2]
    if (host, port) == ('127.0.0.1', 443):
        return SERVER  # a ResponseURL without its port
    if isinstance(host, str) and packed_address(host) and not is_metadata(host):
        return address
    return checked_lookup(host, port, sock.family, sock.type)[0][4]


def leads_to_server(sock, hostname):
    try:
        return sock.getpeername()[:2] == SERVER
    except OSError:  # It is not connected yet.
        return hostname in HOSTS


class PlainConnection:
    """What clients use of a TLS connection, without TLS."""
    server_side = False
    session = None
    session_reused = False

    def getpeercert(self, binary_form=False):
        name = self.server_hostname or ''
        return b'' if binary_form else {'subjectAltName': (('IP Address' if packed_address(name) else 'DNS', name),)}

    def cipher(self):
        return ('none', 'TLSv1.3', 0)

    def compression(self):
        return None

    def selected_alpn_protocol(self):
        return None

    def selected_npn_protocol(self):
        return None

    def version(self):
        return 'TLSv1.3'

    def pending(self):
        return 0


class PlainSocket(PlainConnection, socket.socket):
    """A socket to the server in place of an `ssl.SSLSocket`."""

    def __init__(self, sock, context, hostname):
        timeout = sock.gettimeout()
        super().__init__(sock.family, sock.type, sock.proto, sock.detach())
        self.settimeout(timeout)
        self.context = context
        self.server_hostname = hostname
        try:
            self.getpeername()
        except OSError:
            return
        self.start()

    def start(self):
        name = normalize(self.server_hostname or '')
        if name in HOSTS:
            self.sendall(connect_request(name, 443))

    def connect(self, address):
        super().connect(address)
        self.start()

    def connect_ex(self, address):
        code = super().connect_ex(address)
        if code == 0:
            self.start()
        return code

    def do_handshake(self, block=False):
        pass

    def read(self, size=1024, buffer=None):
        return self.recv(size) if buffer is None else self.recv_into(buffer, size)

    def write(self, data):
        return self.send(data)

    def unwrap(self):
        return self


class PlainObject(PlainConnection):
    """A connection to the server in place of an `ssl.SSLObject`, which asyncio uses."""

    def __init__(self, incoming, outgoing, context, hostname):
        self.incoming = incoming
        self.outgoing = outgoing
        self.context = context
        self.server_hostname = hostname
        self.is_started = False

    def do_handshake(self):
        if not self.is_started:
            self.outgoing.write(connect_request(normalize(self.server_hostname), 443))
        self.is_started = True

    def read(self, size=1024, buffer=None):
        data = self.incoming.read(size)
        if not data and not self.incoming.eof:
            raise ssl.SSLWantReadError
        if buffer is None:
            return data
        buffer[:len(data)] = data
        return len(data)

    def write(self, data):
        return self.outgoing.write(data)

    def unwrap(self):
        pass


def plain_or_wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, session=None):
    if not server_side and leads_to_server(sock, normalize(server_hostname or '')):
        return PlainSocket(sock, self, server_hostname)
    return wrap_socket(self, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session)


def plain_or_wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
    if not server_side and normalize(server_hostname or '') in HOSTS:
        return PlainObject(incoming, outgoing, self, server_hostname)
    return wrap_bio(self, incoming, outgoing, server_side, server_hostname, session)


def install():
    socket.getaddrinfo = checked_lookup
    socket.socket.connect = lambda self, address: connect(self, target(self, address))
    socket.socket.connect_ex = lambda self, address: connect_ex(self, target(self, address))
    ssl.SSLContext.wrap_socket = plain_or_wrap_socket
    ssl.SSLContext.wrap_bio = plain_or_wrap_bio
