from aws_cdk import App

from live_chat_stack import LiveChatStack

app = App()
# Without env the stack goes to the account and region of whoever deploys it.
LiveChatStack(app, "LiveChat")
app.synth()
