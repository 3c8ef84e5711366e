class Page {
    void open(WebView view) {
        view.getSettings().setJavaScriptEnabled(true); // hit
        view.addJavascriptInterface(new Bridge(), "bridge"); // hit
        view.getSettings().setJavaScriptEnabled(false); // ok
    }
}
