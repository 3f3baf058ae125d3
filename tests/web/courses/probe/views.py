from django.http import HttpResponse


def greet(request, course, exercise, post_url):
    return HttpResponse(f"<div id='exercise'>{request.method} {exercise['title']} {request.GET.get('uid', '')}</div>")
