"""The addresses of A+ spec 3.1."""

from __future__ import annotations

from django.urls import path

from gradewright.web.aplus import ajax, authors_files, configure, courses, exercise, instances, login, results, static

urlpatterns = [
    path("<key:course>/aplus-json", courses.aplus_json, name="aplus-json"),
    path("<key:course>/<key:exercise>", exercise.exercise, name="exercise"),  # the most frequent, so it is tried early
    path("", courses.index, name="index"),
    path("login", login.login, name="login"),
    path("configure", configure.configure, name="configure"),
    path("container-post", results.container_post, name="container-post"),
    path("test-result", results.test_result, name="test-result"),
    path("static/<key:course>/<path:name>", static.static, name="static"),
    path("ajax/<key:course>/<key:exercise>", ajax.ajax, name="ajax"),
    path("model/<key:course>/<key:exercise>/", authors_files.model, name="model"),
    path("model/<key:course>/<key:exercise>/<path:name>", authors_files.model, name="model-file"),
    path("exercise_template/<key:course>/<key:exercise>/", authors_files.template, name="template"),
    path("exercise_template/<key:course>/<key:exercise>/<path:name>", authors_files.template, name="template-file"),
    path(
        "generatedfile/<key:course>/<key:exercise>/<int:instance>/<str:name>",
        authors_files.generated,
        name="generated-file",
    ),
    path("instances/<key:course>/<key:exercise>", instances.instances, name="instances"),
    path(
        "instances/<key:course>/<key:exercise>/<int:instance>/<path:name>",
        instances.instance_file,
        name="instance-file",
    ),
    path("<key:course>/", courses.course, name="course"),
    path("<key:course>", courses.course_without_slash, name="course-without-slash"),
]
