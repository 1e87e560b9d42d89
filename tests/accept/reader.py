"""Promises 27 and 29: what a reader does on the pages, and every page empty, with one job and with fifty."""

DONE = [
    (
        "a zoom is kept while data arrive, one click leads back to live",
        ["test_lab.py::test_zoom_is_kept_while_data_arrive_and_live_returns"],
    ),
    (
        "a change is marked",
        [
            "test_steering.py::test_an_adjustment_is_taken_up_and_marked_on_both_charts",
            "test_sliders.py::test_a_slider_changes_the_rate_by_keyboard_and_the_curve_is_marked",
        ],
    ),
    ("a fork is laid over its parent", ["test_steering.py::test_a_fork_is_overlaid_with_its_parent"]),
    (
        "only differences are shown, seeds become a band",
        ["test_compare.py::test_only_what_differs_is_said_and_seeds_become_a_band"],
    ),
    ("a compare link reopens exactly", ["test_compare.py::test_a_link_brings_everything_back"]),
    (
        "time travel",
        [
            "test_time.py::test_one_moment_is_shown_by_pictures_figures_and_charts",
            "test_time.py::test_the_lab_goes_back_too_and_another_job_is_seen_as_it_is_now",
        ],
    ),
    (
        "a lesson link locks fields and asks",
        [
            "test_lesson.py::test_a_lesson_locks_hides_asks_and_shows_prediction_beside_outcome",
            "test_lesson.py::test_what_a_lesson_fixes_is_fixed_for_adjustments_and_forks_on_every_page",
        ],
    ),
    (
        "a report opens from the disk",
        [
            "test_report.py::test_a_jobs_report_opens_from_the_disk",
            "test_report.py::test_a_studys_report_opens_from_the_disk",
        ],
    ),
    (
        "from the form to stop by keyboard alone",
        ["test_keyboard.py::test_from_the_form_to_stop_by_keyboard_alone"],
    ),
]
SEEN = [
    ("an empty page names the next action", ["test_crowd.py::test_an_empty_page_names_the_next_action"]),
    (
        "no page scrolls sideways, with none, one and fifty jobs",
        ["test_crowd.py::test_no_page_scrolls_sideways"],
    ),
    (
        "fifty jobs bury nothing, one is found among them",
        [
            "test_crowd.py::test_fifty_jobs_do_not_bury_the_page",
            "test_crowd.py::test_a_job_is_found_among_fifty_by_keyboard",
        ],
    ),
]


def tests_of(rows: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The same with paths from the project's root."""
    return [(what, [f"tests/e2e/{name}" for name in names]) for what, names in rows]
