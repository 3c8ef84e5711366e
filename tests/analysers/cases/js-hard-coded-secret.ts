jwt.sign(payload, "keyboard-cat");  // hit
crypto.createHmac("sha256", "keyboard-cat");  // hit
app.use(session({ secret: "keyboard-cat", resave: false }));  // hit
jwt.sign(payload, process.env.JWT_KEY);  // ok
app.use(session({ secret: process.env.SESSION_SECRET }));  // ok
