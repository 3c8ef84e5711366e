Nokogiri::XML.parse(text, nil, nil, Nokogiri::XML::ParseOptions::NOENT) # hit
Nokogiri::XML(text) { |config| config.noent } # hit
Nokogiri::XML(text) # ok
