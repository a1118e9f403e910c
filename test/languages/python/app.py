from aws_cdk import App

from live_chat_stack import LiveChatStack

app = App()
# Without env, the stack is deployed to the account and region of the current credentials.
LiveChatStack(app, "LiveChat")
app.synth()
