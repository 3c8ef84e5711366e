JWT.decode(token, key, false) # hit
JWT.encode(payload, nil, "none") # hit
JWT.decode(token, key, true, algorithm: "HS256") # ok
