def load(ids, rows)
  ids.each do |id|
    User.find(id) # hit query-in-loop
    Net::HTTP.get(id) # hit request-in-loop
    Regexp.new("[0-9]+") # hit pattern-in-loop
    Regexp.new(id) # ok pattern-in-loop
  end
  User.find(ids) # ok query-in-loop
  Net::HTTP.get(ids) # ok request-in-loop
  stop = rows.split(",")
  ids.each do |id|
    next if stop.include?(id) # hit membership-in-list
    next if id.tags.include?(stop) # ok membership-in-list
  end
end
