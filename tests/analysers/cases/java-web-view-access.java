class Page {
    void open(WebView view) {
        view.getSettings().setAllowFileAccess(true); // hit
        view.getSettings().setAllowFileAccess(false); // ok
    }
}
