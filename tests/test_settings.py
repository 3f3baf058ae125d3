"""Settings come from files, variables and the command line, later ones winning; a mistake is named with its place."""

from pathlib import Path

import pytest

from gradewright.errors import AuthorError
from gradewright.settings import Settings, load


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("SANDBOX", "REQUIRE", "STATE_DIR", "CACHE_DIR", "DOCKER_URL"):
        monkeypatch.delenv(f"GRADEWRIGHT_{name}", raising=False)


def in_project(tmp_path: Path, text: str) -> Path:
    (tmp_path / "gradewright.toml").write_text(text)
    return tmp_path


def test_without_any_everything_has_a_sensible_value(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_the_environment_wins_over_the_project_and_the_project_over_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = tmp_path / "config" / "gradewright"
    user.mkdir(parents=True)
    (user / "config.toml").write_text('sandbox = "crun"\noci_runtime = "runc"\ndocker_timeout = 5\n')
    in_project(tmp_path, 'sandbox = "docker"\ndocker_timeout = 7\n')
    monkeypatch.setenv("GRADEWRIGHT_SANDBOX", "bubblewrap")
    found = load(tmp_path)
    assert (found.sandbox, found.docker_timeout, found.oci_runtime) == ("bubblewrap", 7.0, "runc")


@pytest.mark.parametrize("text", ['require = ["memory", "cpu"]', 'require = "memory, cpu"', 'require = "memory cpu"'])
def test_requirements_may_be_a_list_or_words(tmp_path: Path, text: str) -> None:
    assert load(in_project(tmp_path, text)).require == ("memory", "cpu")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sandbocks = 1", "unknown setting 'sandbocks'"),
        ("sandbox = 1", "sandbox: it must be a text, not 1"),
        ('sandbox = ""', "sandbox: it must be a text"),
        ("require = 5", "require: it must be a list of limits"),
        ("require = [5]", "require: it must be a list of limits"),
        ('require = ["memory", "luck"]', "require: luck cannot be required; choose from memory"),
        ("cache_bytes = []", "cache_bytes: it must be a whole number of bytes, not []"),
        ("cache_bytes = -1", "cache_bytes: it must be a whole number of bytes above 0"),
        ("docker_timeout = nan", "docker_timeout: it must be a number of seconds above 0"),
        ("docker_timeout = true", "docker_timeout: it must be a number of seconds above 0"),
        ("state_dir = 3", "state_dir: it must be a text, not 3"),
        ("lease_seconds = 1e99", "lease_seconds: it must be a number of seconds of at most 86400, not 1e+99"),
        ("delivery_hours = inf", "delivery_hours: it must be a number of hours of at most"),
        ('base_url = "grader.example.org"', "base_url: it must be an address as in https://grader.example.org, not"),
        ('static_url = "/static/"', "static_url: it must be an address as in"),
        ('jwt_token_url = "https://"', "jwt_token_url: it must be an address as in"),
        ("web_workers = 100000", "web_workers: it must be a whole number of at most 1000, not 100000"),
        ("slots = 0", "slots: it must be a whole number above 0, not 0"),
        ("lease_seconds = 'x'", "lease_seconds: it must be a number of seconds, not 'x'"),
        ("submission_hosts = [1]", "submission_hosts: it must be a list of hosts"),
        ("allow_privileged = 'perhaps'", "allow_privileged: it must be true or false, not 'perhaps'"),
        ("log_format = 'xml'", "log_format: it must be text or json, not 'xml'"),
        ("jwt_keys = ['a']", "jwt_keys: it must be a table of names and files"),
        ("= 3", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AuthorError) as refusal:
        load(in_project(tmp_path, text))
    assert message in str(refusal.value)
    assert "gradewright.toml" in str(refusal.value)


def test_an_empty_variable_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEWRIGHT_SANDBOX", "")
    assert load(in_project(tmp_path, 'sandbox = "crun"\ndocker_url = ""\n')).sandbox == "crun"


def test_a_mistake_in_a_variable_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEWRIGHT_REQUIRE", "luck")
    with pytest.raises(AuthorError, match="environment: require: luck"):
        load(tmp_path)


def test_variables_can_say_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "SUBMISSION_HOSTS": "plus.example.org, 10.0.0.0/8",
        "ALLOW_PRIVILEGED": "yes",
        "JWT_KEYS": "aplus=/etc/aplus.pem,git=/etc/git.pem",
        "SLOTS": "3",
        "COURSES_DIR": "~/courses",
    }
    for name, value in said.items():
        monkeypatch.setenv(f"GRADEWRIGHT_{name}", value)
    found = load(tmp_path)
    assert found.submission_hosts == ("plus.example.org", "10.0.0.0/8")
    assert found.allow_privileged
    assert found.jwt_keys == {"aplus": "/etc/aplus.pem", "git": "/etc/git.pem"}
    assert found.slots == 3
    assert found.courses_dir == Path.home() / "courses"


def test_addresses_may_end_in_a_slash_or_not(tmp_path: Path) -> None:
    text = (
        'base_url = "https://g.example.org/below"\nstatic_url = "https://cdn.example.org/static"\njwt_token_url = ""\n'
    )
    found = load(in_project(tmp_path, text))
    assert (found.base_url, found.jwt_token_url) == ("https://g.example.org/below", "")
    assert found.static_url == "https://cdn.example.org/static/"


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings(secret_key="hidden-1", ajax_key="hidden-2", database="postgresql://u:hidden-3@h/n"))
    assert "hidden" not in shown
