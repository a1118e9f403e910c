package com.example.livechat;

import software.amazon.awscdk.App;

public final class LiveChatApp {
    public static void main(final String[] args) {
        App app = new App();
        // Without env, the stack is deployed to the account and region of the current credentials.
        new LiveChatStack(app, "LiveChat", null);
        app.synth();
    }
}
