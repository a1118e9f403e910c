import contextlib
import io
import json
import random
import threading
import time
import unittest

from ivschat_review import review_event, review_handler


class OptionsTest(unittest.TestCase):
    def test_fails_for_invalid_options(self):
        for options, message in [
            ({"deadline": 0}, "deadline must be from 1 to 190, got 0: the service waits 200 ms for a response."),
            ({"deadline": 191}, "deadline must be from 1 to 190, got 191: the service waits 200 ms for a response."),
            (
                {"maximum_length": 501},
                "maximum_length must be an integer from 1 to 500, got 501: use the maximum message length of the room.",
            ),
            ({"on_late": "Deny"}, "on_late must be ALLOW or DENY, got Deny."),
            ({"on_error": None}, "on_error must be ALLOW or DENY, got None."),
            ({"failure_reason": 1}, "failure_reason must be a string, got int."),
            ({"metrics": True}, "metrics must be the name of a namespace or False, got True."),
        ]:
            with self.subTest(options), self.assertRaises((TypeError, ValueError)) as raised:
                review_handler(**options)
            self.assertEqual(str(raised.exception), message)

    def test_a_decorator_without_options(self):
        @review_handler
        def handler(context):
            return context.allow()

        self.assertEqual(handler(review_event(), None), {"ReviewResult": "ALLOW", "Content": "Hello!"})


class ContextTest(unittest.TestCase):
    def test_has_the_message_its_sender_and_the_room(self):
        seen = []

        @review_handler
        def handler(context):
            seen.append(context)
            return context.allow()

        handler(review_event(Content="hi", Attributes={"mood": "good"}, Sender={"UserId": "grace", "Attributes": None}))

        [context] = seen
        self.assertEqual((context.content, context.attributes, context.message_id), ("hi", {"mood": "good"}, "WhO6MW6iRdS5"))
        self.assertEqual((context.sender.user_id, context.sender.ip, context.sender.attributes), ("grace", "192.0.2.1", {}))
        self.assertEqual(context.room, "arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl")


class DeadlineTest(unittest.TestCase):
    def test_starts_when_the_handler_is_entered(self):
        until = threading.Event()
        self.addCleanup(until.set)
        remaining = []

        @review_handler(deadline=30, metrics=False)
        def handler(context):
            remaining.append(context.remaining())
            until.wait()
            remaining.append(context.remaining())

        start = time.perf_counter()
        response = handler(review_event())

        self.assertGreaterEqual(time.perf_counter() - start, 0.03)
        self.assertEqual(response["ReviewResult"], "DENY")
        until.set()
        while len(remaining) < 2:
            time.sleep(0.001)
        self.assertTrue(0 < remaining[0] <= 0.03)
        self.assertEqual(remaining[1], 0)


class LogTest(unittest.TestCase):
    def test_is_a_line_on_standard_output(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            review_handler(lambda context: context.deny("No.", "insults"))(review_event())

        line = json.loads(output.getvalue())
        self.assertIsInstance(line["_aws"].pop("Timestamp"), int)
        self.assertIsInstance(line.pop("Milliseconds"), float)
        metric = {
            "Namespace": "cdk-ivschat",
            "Dimensions": [["FunctionName", "Rule"], ["FunctionName"]],
            "Metrics": [{"Name": "Denied", "Unit": "Count"}],
        }
        self.assertEqual(
            line,
            {"_aws": {"CloudWatchMetrics": [metric]}, "FunctionName": "local", "Rule": "insults", "ReviewResult": "DENY", "Denied": 1},
        )

    def test_has_the_name_and_the_place_of_an_error_but_not_its_message(self):
        lines = []

        @review_handler(log=lines.append, metrics=False)
        def handler(context):
            raise LookupError(context.content)

        handler(review_event(Content="secret"))

        [line] = map(json.loads, lines)
        self.assertRegex(line.pop("at"), r"test_review_handler\.py:\d+$")
        self.assertEqual(
            line, {"level": "ERROR", "message": "The review failed.", "error": "LookupError", "messageId": "WhO6MW6iRdS5"}
        )

    def test_fails_without_failing_the_review(self):
        def log(line):
            raise OSError("disk full")

        self.assertEqual(review_handler(log=log)(lambda context: None)(review_event())["ReviewResult"], "DENY")

    def test_fails_for_an_exit_with_a_valid_response(self):
        def review(context):
            raise SystemExit(1)

        self.assertEqual(review_handler(log=lambda line: None)(review)(review_event())["ReviewResult"], "DENY")


def random_text(source):
    unit = source.choice([lambda: source.choice("aü漢😀"), lambda: chr(source.randrange(0x11000))])
    return "".join(unit() for _ in range(source.randrange(12))) * source.choice([1, 1, 30, 200])


def random_value(source):
    return random_text(source) if source.random() < 0.8 else source.choice([None, 0, 1.5, True, [], {}, ["a"], {"a": 1}, b"a", object()])


def random_attributes(source):
    if source.random() < 0.2:
        return random_value(source)
    return {random_text(source): random_value(source) for _ in range(source.randrange(3))}


def random_verdict(source):
    """A function of the context that returns any verdict, valid or not."""
    rule, value, attributes = random_value(source), random_value(source), random_attributes(source)
    return source.choice(
        [
            lambda context: context.allow(rule),
            lambda context: context.deny(value, rule),
            lambda context: context.replace(value, rule=rule, attributes=attributes),
            lambda context: value,
        ]
    )


class PropertyTest(unittest.TestCase):
    def assert_valid(self, response, maximum_length):
        """Checks the documented constraints of a response."""
        received = json.loads(json.dumps(response, ensure_ascii=False).encode())
        self.assertLessEqual(received.keys(), {"Attributes", "Content", "ReviewResult"})
        self.assertIn(received["ReviewResult"], ("ALLOW", "DENY"))
        self.assertIsInstance(received["Content"], str)
        attributes = received.get("Attributes", {})
        self.assertLessEqual(sum(len(name.encode()) + len(value.encode()) for name, value in attributes.items()), 1024)
        if received["ReviewResult"] == "DENY":
            self.assertLessEqual(attributes.keys(), {"Reason"})
        else:
            self.assertTrue(1 <= len(received["Content"]) <= maximum_length)

    def test_every_verdict_becomes_a_valid_response(self):
        seed = random.randrange(1_000_000)
        source = random.Random(seed)
        for run in range(500):
            maximum_length = source.randint(1, 500)
            options = {"maximum_length": maximum_length, "on_error": source.choice(["ALLOW", "DENY"]), "failure_reason": random_text(source)}
            event = review_event(Content=random_text(source)[:maximum_length])
            with self.subTest(seed=seed, run=run):
                self.assert_valid(review_handler(log=lambda line: None, **options)(random_verdict(source))(event), maximum_length)

    def test_fails_for_any_event_with_a_valid_response(self):
        for event in [None, 42, "text", {}, [], {"Content": 42}, {"Content": "hi", "Sender": "ada"}]:
            for on_error in ("ALLOW", "DENY"):
                with self.subTest(event=event, on_error=on_error):
                    handler = review_handler(on_error=on_error, log=lambda line: None)(lambda context: context.deny())
                    self.assert_valid(handler(event), 500)


class EventTest(unittest.TestCase):
    def test_has_examples_of_all_fields_that_are_not_given(self):
        self.assertEqual(
            review_event(Content="hi", Sender={"Ip": "198.51.100.7"}),
            {
                "Content": "hi",
                "MessageId": "WhO6MW6iRdS5",
                "RoomArn": "arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl",
                "Attributes": {},
                "Sender": {"UserId": "ada", "Ip": "198.51.100.7", "Attributes": {}},
            },
        )
