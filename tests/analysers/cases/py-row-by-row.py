def show(frame):
    for index, row in frame.iterrows():  # hit
        print(index, row)
    for row in frame.itertuples():  # ok
        print(row)
