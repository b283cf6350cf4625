module example/gladly-klaviyo

go 1.19
