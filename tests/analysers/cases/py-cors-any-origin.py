app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # hit
app.add_middleware(CORSMiddleware, allow_origins=["https://example.org"], allow_credentials=True)  # ok
app.add_middleware(CORSMiddleware, allow_origins=["*"])  # ok


def reply(request, response):
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]  # hit
    response.headers["Access-Control-Allow-Origin"] = "https://example.org"  # ok
