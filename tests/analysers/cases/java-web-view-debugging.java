class Page {
    void open() {
        WebView.setWebContentsDebuggingEnabled(true); // hit
        WebView.setWebContentsDebuggingEnabled(false); // ok
    }
}
