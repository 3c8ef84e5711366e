http = Net::HTTP.new(host, 443)
http.verify_mode = OpenSSL::SSL::VERIFY_NONE # hit
HTTParty.get(url, verify: false) # hit
RestClient::Resource.new(url, verify_ssl: OpenSSL::SSL::VERIFY_NONE) # hit
http.verify_mode = OpenSSL::SSL::VERIFY_PEER # ok
HTTParty.get(url, verify: true) # ok
