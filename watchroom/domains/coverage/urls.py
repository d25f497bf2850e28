"""Where the screens of posts and patrol are."""

from django.urls import path

from .pages import board, inspections, live, mine, papers, planner, plans, posts

app_name = "coverage"
urlpatterns = [
    path("", board.show, name="board"),
    path("rows/", board.rows, name="rows"),
    path("posts.geojson", board.points, name="map-posts"),
    path("zones.geojson", board.areas, name="map-zones"),
    path("live/", live.show, name="live"),
    path("live/now/", live.now, name="live-now"),
    path("live/areas.geojson", live.areas, name="live-areas"),
    path("live/units.geojson", live.units, name="live-units"),
    path("live/tiers/", live.tiers, name="tiers"),
    path("planner/", planner.show, name="planner"),
    path("planner/plans/", planner.worked, name="planner-plans"),
    path("planner/played/", planner.played, name="planner-played"),
    path("planner/draft/", planner.draft, name="planner-draft"),
    path("posts/", posts.listed, name="posts"),
    path("posts/new/", posts.new, name="post-new"),
    path("posts/codes/", papers.codes, name="codes"),
    path("posts/<int:post_id>/", posts.change, name="post"),
    path("posts/<int:post_id>/code.svg", papers.code, name="code"),
    path("posts/<int:post_id>/close/", posts.close, name="post-close"),
    path("posts/<int:post_id>/new-code/", posts.new_code, name="post-new-code"),
    path("shifts/", posts.shift, name="shift"),
    path("plans/", plans.listed, name="plans"),
    path("plans/new/", plans.new, name="plan-new"),
    path("plans/<str:number>/", plans.show, name="plan"),
    path("plans/<str:number>/line/", plans.line, name="line"),
    path("plans/<str:number>/line/<int:line_id>/remove/", plans.remove_line, name="line-remove"),
    path("plans/<str:number>/need/", plans.need, name="need"),
    path("plans/<str:number>/need/<int:need_id>/remove/", plans.remove_need, name="need-remove"),
    path("plans/<str:number>/order/", papers.order, name="order"),
    path("plans/<str:number>/order.pdf", papers.order_pdf, name="order-pdf"),
    path("mine/", mine.show, name="mine"),
    path("here/<str:secret>/", mine.here, name="here"),
    path("inspections/", inspections.listed, name="inspections"),
    path("inspect/<int:post_id>/", inspections.new, name="inspect"),
]
