"""The grader contract of A+: containers that post their result (A+ spec 4, 5).

A grader is a command in a container. It finds the submission below /submission/user and its own files below /exercise,
and posts points and feedback to the address and with the secret that are in its environment. A container that never
posts, or posts what nobody can use, still gives a report.

    quantities   Kubernetes' numbers: "500m", "4Gi"
    settings     what the `container` mapping of an exercise may say
    planning     the one step of a run
    reading      a finished run becomes a report
    endings      what to say of a container that posted nothing
    check        what an author should mend
    commands     grading-base's commands, for graders that use the programs of this machine
"""

from gradewright.contracts.aplus.contract import Aplus
from gradewright.contracts.aplus.settings import HOST, AplusSettings, within

__all__ = ["HOST", "Aplus", "AplusSettings", "within"]
