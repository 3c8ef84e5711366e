a = text.sub("'", "") # hit
b = text.sub(/</, "&lt;") # hit
c = text.gsub("'", "") # ok
d = text.sub("Mr", "Mrs") # ok
