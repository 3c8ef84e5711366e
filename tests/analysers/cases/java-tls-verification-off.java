class Trust implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String type) {} // hit
    public boolean verify(String host, SSLSession session) { return true; } // hit
    void open(HttpsURLConnection connection) {
        connection.setHostnameVerifier((host, session) -> true); // hit
        connection.setHostnameVerifier(verifier); // ok
    }
}

class Twin implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String type) { inner.checkServerTrusted(chain, type); } // ok
}
