class OrdersController < ApplicationController
  skip_before_action :verify_authenticity_token # hit
  before_action :log_in # ok
end
