jwt.verify(token, key, { algorithms: ["HS256", "none"] });  // hit
jwt.verify(token, false);  // hit
jwt.verify(token, key, { algorithms: ["HS256"] });  // ok
jwt.sign(payload, key);  // ok
