function reply(req, res) {
  res.setHeader("Access-Control-Allow-Origin", req.headers.origin);  // hit
  res.setHeader("Access-Control-Allow-Origin", "https://example.org");  // ok
}
app.use(cors({ origin: true, credentials: true }));  // hit
app.use(cors({ origin: "https://example.org", credentials: true }));  // ok
app.use(cors());  // ok
