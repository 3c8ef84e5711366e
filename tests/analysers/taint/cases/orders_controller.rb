class OrdersController < ApplicationController
  before_action :find_order

  def index
    name = params[:name]
    Order.where("name = '#{name}'") # hit sql
    Order.where("name = ?", name) # ok
    Order.where(name: name) # ok
    Order.where("id = #{name.to_i}") # ok
    system("ls #{name}") # hit command
    system("ls", name) # ok
    `ls #{name}` # hit command
    eval(name) # hit code
    File.read("/srv/" + name) # hit path
    File.read(File.join("/srv", File.basename(name))) # ok
    redirect_to params[:next] # hit redirect
    Net::HTTP.get(URI.parse(params[:url])) # hit ssrf
    Marshal.load(params[:data]) # hit deserialise
    raw("<p>#{name}") # hit html
    raw("<p>#{ERB::Util.html_escape(name)}") # ok
    Rails.logger.info("user #{name}") # hit log
  end

  def find_order
    @name = params[:name]
    @fixed = "a"
  end

  def show
    Order.where("name = '#{@name}'") # hit sql
    Order.where("name = '#{@fixed}'") # ok
  end

  def sorted
    column = params[:column]
    return unless %w[name total].include?(column)
    Order.where("#{column} > 1") # ok
  end

  def each
    params[:names].each do |name|
      system("ls #{name}") # hit command
    end
    text = <<~SQL
      SELECT * FROM orders WHERE name = '#{params[:name]}'
    SQL
    Order.find_by_sql(text) # hit sql
  end
end
