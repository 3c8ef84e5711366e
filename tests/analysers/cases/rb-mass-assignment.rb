User.create(params.require(:user).permit!) # hit
User.create(params.require(:user).permit(:name)) # ok
