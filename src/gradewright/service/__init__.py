"""The wiring of the course service.

course_service  everything that the web and the workers do, as one object
intake          what was sent becomes a submission that is queued
orphans         what was sent and is in no database
judge           a claimed attempt becomes a report
graders         an exercise of a course becomes one that the engine grades
feedback        what a student reads of an attempt
post            a report becomes news for the front end
messages        the points and fields of such news
"""

from gradewright.service.course_service import CourseService, insist_on_sense, service

__all__ = ["CourseService", "insist_on_sense", "service"]
