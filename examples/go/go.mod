module example.com/persium

go 1.25
