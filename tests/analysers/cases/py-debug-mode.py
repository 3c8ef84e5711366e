app.run(debug=True)  # hit
app.config["DEBUG"] = True  # hit
app.run(debug=settings.debug)  # ok
app.run()  # ok
asyncio.run(main(), debug=True)  # ok
