URI.open("http://shop.com/tool.exe") # hit
URI.open("https://shop.com/tool.exe") # ok
