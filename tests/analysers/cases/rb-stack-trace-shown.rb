def show
  work
rescue => error
  render plain: error.backtrace # hit
  render plain: "failed" # ok
end
