"""Counts what was answered. Rule: by class of status alone; who asked what is nobody's business."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class Answers:
    """HTTP answers since the server began, by class of status."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(CLASSES, 0)


class Tally:
    """ASGI middleware that counts into `answers`."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answers.counts[f"{message['status'] // 100}xx"] += 1
            await send(message)

        await self._app(scope, receive, counted)
