a = text.gsub(/"/, "\\\"") # hit
b = text.gsub("'", "\\'") # hit
c = text.gsub(/"/, "'") # ok
