"""Where the pages of community policing are."""

app_name = "community"
urlpatterns: list[object] = []
