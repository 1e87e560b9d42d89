"""A visitor starts a study, sees the answer grow, steers it, and varies a recipe of the Lab."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.lab import open_lab
from tests.product import Product, eventually

pytestmark = pytest.mark.browser


def open_studies(page: Page, product: Product, query: str = "") -> None:
    """Open the page and wait until something can be started."""
    page.goto(f"{product.url}/studies{query}")
    expect(page.locator('[data-ready="learning-rate"]')).to_be_enabled()


def selected(page: Page) -> str:
    """The id of the study in the address."""
    return page.url.split("study=")[1].split("&")[0]


def wait_until_completed(page: Page, seconds: float = 240) -> None:
    """Wait until the selected study has ended."""
    expect(page.locator("#study")).to_have_attribute("data-status", "completed", timeout=seconds * 1000)


def drawn_points(page: Page, plot: str) -> int:
    """How many markers a plot holds."""
    return page.locator(f"#{plot} .scatterlayer .points path").count()


def test_the_learning_rate_sweep_shows_best_and_diverged(page: Page, product: Product):
    open_studies(page, product)
    page.locator('[data-ready="learning-rate"]').click()
    expect(page.locator("#study-name")).to_have_text("Learning rate")
    expect(page.locator("#study-stop")).to_be_visible()
    wait_until_completed(page)
    rows = page.locator("#study-table tbody tr")
    expect(rows).to_have_count(5)
    best = page.locator("#study-table tr[data-best]")
    expect(best).to_have_count(1)
    expect(best).to_have_attribute("data-label", "lr 0.01")
    expect(best.locator('[data-mark="best"]')).to_be_visible()
    diverged = page.locator("#study-table tr[data-diverged]")
    expect(diverged).to_have_attribute("data-label", "lr 1")
    expect(page.locator("#verdict")).to_contain_text("Best: lr 0.01")
    expect(page.locator("#verdict")).to_contain_text("Diverged: lr 1")
    expect(page.locator("#study-stop")).to_be_hidden()
    study = product.http.get(f"/api/studies/{selected(page)}").json()
    accuracy = study["table"]["rows"][2]["scores"]["test"]["last"]["accuracy"]["median"]
    expect(best.locator("td").nth(1)).to_have_text(f"{accuracy * 100:.1f}\u202f%")
    column = page.locator("#study-table thead th").all_inner_texts().index("train − test") - 1
    gaps = [
        float(row.locator("td").nth(column).inner_text().split()[0].replace("−", "-")) for row in rows.all()
    ]
    medians = [100 * row["train_test_gap"]["median"] for row in study["table"]["rows"]]
    assert gaps == pytest.approx(medians, abs=0.051), "as the text below and the report have it"
    eventually(lambda: drawn_points(page, "first-plot") == 5 + 15, 10, "five medians and their repetitions")
    expect(page.locator("#curves-plot .scatterlayer .trace")).to_have_count(5)
    expect(page.locator("#time-plot .barlayer .point")).to_have_count(15)

    page.locator("#extend summary").click()
    more, error = page.locator('[data-extend="learning_rate"]'), page.locator("[data-extend-error]")
    more.fill("quick")
    page.locator("#extend-start").click()
    expect(error).to_contain_text("Learning rate: “quick” cannot be read. Write numbers")
    more.fill("-1")
    page.locator("#extend-start").click()
    expect(error).to_have_text("Learning rate, value -1: must be above 0, not -1.")
    more.fill("0.03")
    page.locator("#extend-start").click()
    expect(rows).to_have_count(6)
    wait_until_completed(page)
    expect(page.locator('#study-table tr[data-label="lr 0.03"] td').first).to_have_text("3 of 3")

    page.locator("#study-lab").click()
    expect(page.locator("#overlaid li")).to_have_count(6)


def test_a_recipe_of_the_lab_is_varied_stopped_resumed_and_deleted(page: Page, product: Product):
    open_lab(page, product, hidden_sizes="8", batch_size=20, epochs=3000)
    page.locator("#to-study").click()
    expect(page.locator("#base-words")).to_contain_text("batch 20")
    page.locator('[data-axis="field"]').select_option("activation")
    page.locator("#own-seeds").fill("2")
    expect(page.locator("#own-count")).to_contain_text("3 × 2 = 6 trainings")
    page.locator('[data-axis="field"]').select_option("momentum")
    page.locator('[data-axis="values"]').fill("0, 2")
    page.locator("#own-start").click()
    expect(page.locator("#own .own-axis .field-error")).to_contain_text("value 2: must be below 1")
    page.locator('[data-axis="values"]').fill("0, 0.5")
    page.locator("#own-start").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "running", timeout=30_000)
    study = selected(page)
    page.locator("#study-stop").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "stopped", timeout=30_000)
    page.locator("#study-resume").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "running", timeout=30_000)
    definition = product.http.get(f"/api/studies/{study}").json()["definition"]
    assert (definition["axes"], definition["seeds"]) == ({"momentum": [0.0, 0.5]}, [0, 1])
    assert (definition["base"]["hidden_sizes"], definition["base"]["batch_size"]) == ([8], 20)
    page.locator("#study-stop").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "stopped", timeout=30_000)
    page.locator("#study-delete").click()
    page.locator("#delete-jobs").click()
    expect(page.locator(f'[data-study-id="{study}"]')).to_have_count(0)
    assert product.http.get(f"/api/studies/{study}").status_code == 404
    assert product.http.get(f"/api/jobs?study_id={study}").json()["jobs"] == []


def test_what_cannot_be_read_is_said_beside_its_input(page: Page, product: Product):
    open_studies(page, product)
    sent: list[str] = []
    starts = "/api/studies"  # the estimate is asked for meanwhile
    page.on(
        "request",
        lambda one: sent.append(one.url) if one.method == "POST" and one.url.endswith(starts) else None,
    )
    values, error = page.locator('[data-axis="values"]'), page.locator('[data-axis="error"]')
    expect(page.locator('[data-axis="read"]')).to_have_text("4 values: 0.001 · 0.01 · 0.1 · 1")
    values.fill("")
    page.keyboard.press("Tab")
    expect(error).to_contain_text("Learning rate: no value is given. Write numbers")
    values.fill("0.1, fast")
    page.locator("#own-start").click()
    words = "Learning rate: “fast” cannot be read. Write numbers with commas between them, such as"
    expect(error).to_contain_text(words)
    expect(values).to_have_attribute("aria-invalid", "true")
    expect(values).to_be_focused()
    expect(page.locator("#own-count")).to_contain_text("once the values can be read")
    assert sent == []
    values.fill("0,1")
    page.keyboard.press("Tab")
    expect(error).to_contain_text(
        "“0,1” may be one number or two: write 0.1 with a point, or 0, 1 with a space"
    )
    expect(page.locator('[data-axis="read"]')).to_have_text("")
    values.fill("0, 1")
    expect(error).to_be_hidden()
    expect(page.locator('[data-axis="read"]')).to_have_text("2 values: 0 · 1")
    page.locator("#own-start").click()
    expect(error).to_have_text("Learning rate, value 0: must be above 0, not 0.")
    values.fill("0.1")
    for text in ("", "0,2"):
        page.locator("#own-seeds").fill(text)
        page.locator("#own-start").click()
        expect(page.locator("#own-seeds-error")).to_have_text("Repetitions: write a whole number, such as 3.")
    page.locator("#own-seeds").fill("0")
    page.locator("#own-start").click()
    expect(page.locator("#own-seeds-error")).to_contain_text("Repetitions: must be at least 1")
    expect(page.locator("#own-error")).to_be_hidden()


def test_a_study_over_two_fields_tells_its_time_grows_by_either_and_says_why_jobs_failed(
    page: Page, own_product: Product
):
    product = own_product  # no training of this kind has run there yet
    # so large a decay times so large a rate leaves the finite numbers within a few steps
    open_studies(page, product, "?dataset=xor&hidden_sizes=5&weight_decay=1000&epochs=3")
    expect(page.locator("#own-time")).to_have_text("How long: not known until the first training has run.")
    page.locator('[data-axis="values"]').fill("0.0001, 1000000")
    page.locator("#add-axis").click()
    page.locator('[data-axis="field"]').nth(1).select_option("activation")
    for activation in ("relu", "sigmoid"):
        page.get_by_label(activation).uncheck()
    page.locator("#own-seeds").fill("1")
    expect(page.locator("#own-count")).to_have_text("2 × 1 × 1 = 2 trainings.")
    page.locator("#own-start").click()
    wait_until_completed(page)
    expect(page.locator("#study-left")).to_be_empty()
    failure = page.locator('tr[data-label="lr 1000000 · tanh"] .row-failure')
    expect(failure).to_contain_text("failed: the loss left the finite numbers")
    failed = product.http.get(f"/api/studies/{selected(page)}").json()["jobs"][1]["id"]
    expect(failure.locator("a")).to_have_attribute("href", f"/jobs/{failed}")
    expect(page.locator("#own-time")).to_contain_text("going by what trainings of this kind took here")
    page.locator("#extend summary").click()
    page.locator('[data-extend="activation"] label', has_text="relu").click()
    expect(page.locator('[data-extend-read="activation"]')).to_have_text("1 value: relu")
    page.locator("#extend-start").click()
    expect(page.locator("#study-table tbody tr")).to_have_count(4)
    wait_until_completed(page)
    axes = product.http.get(f"/api/studies/{selected(page)}").json()["definition"]["axes"]
    assert axes == {"learning_rate": [0.0001, 1000000.0], "activation": ["tanh", "relu"]}


def test_data_sets_are_chosen_by_title_and_say_what_is_downloaded_first(page: Page, own_product: Product):
    open_studies(page, own_product, "?dataset=digits&epochs=1")
    page.locator('#own [data-axis="field"]').select_option("dataset")
    expect(page.locator('#own [data-axis="read"]')).to_have_text("1 value: Digits 8×8")
    expect(page.locator("#own-missing")).to_be_hidden()
    page.locator("#own").get_by_label("Fashion-MNIST").check()
    expect(page.locator("#own-missing")).to_contain_text(
        "Fashion-MNIST is not on this machine yet: Start downloads 31"
    )
    page.locator("#own").get_by_label("Fashion-MNIST").uncheck()
    expect(page.locator("#own-missing")).to_be_hidden()


def test_a_study_that_is_no_more_is_said_to_be(page: Page, product: Product):
    page.goto(f"{product.url}/studies?study=nothing")
    gone = page.locator("#study-gone")
    expect(gone).to_contain_text("There is no such study here")
    expect(page).not_to_have_url(re.compile("study="))
    body = {"kind": "sweep", "name": "Short", "axes": {"epochs": [1, 2]}}
    study = product.http.post("/api/studies", json=body).json()["id"]
    page.goto(f"{product.url}/studies?study={study}")
    wait_until_completed(page)
    expect(gone).to_be_hidden()
    job = product.http.get(f"/api/studies/{study}").json()["jobs"][0]["id"]
    product.http.delete(f"/api/jobs/{job}")
    expect(page.locator("#study-waiting")).to_contain_text("1 training of it was deleted")
    expect(page.locator("#study-table tbody tr").first.locator("td").first).to_have_text("0 of 1, 1 deleted")
    product.http.delete(f"/api/studies/{study}")
    expect(gone).to_have_text("“Short” was deleted.")
    expect(page.locator("#study-welcome")).to_be_visible()


def test_a_study_waits_visibly_and_fetches_each_row_of_a_curve_once(page: Page, product: Product):
    before = [product.create(epochs=1_000_000, batch_size="full")["id"] for _ in range(4)]
    open_studies(page, product, "?dataset=digits&epochs=400&validation_fraction=0")
    page.locator('[data-axis="field"]').select_option("hidden_sizes")
    page.locator('[data-axis="values"]').fill("32, 64+32")
    page.locator("#own-seeds").fill("1")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/metrics?" in answer.url else None)
    page.locator("#own-start").click()
    expect(page.locator("#study-name")).to_have_text("Hidden layer sizes on digits")
    expect(page.locator("#study-status")).to_have_text("queued")
    expect(page.locator("#study-waiting")).to_have_text("Its next training waits behind 4 others.")
    for plot in ("first-plot", "second-plot", "curves-plot", "time-plot"):
        expect(page.locator(f"#{plot}")).to_be_hidden()
        expect(page.locator(f"#{plot}-empty")).to_be_visible()
    expect(page.locator("#first-plot-empty")).to_have_text(
        "The first value appears once a training is complete."
    )
    for job in before:
        product.http.post(f"/api/jobs/{job}/stop", json={"save": False})
    wait_until_completed(page)
    expect(page.locator("#first-plot-empty")).to_be_hidden()
    expect(page.locator("#first-plot .xtitle")).to_have_text("Hidden layer sizes")
    expect(page.locator("#study-table th").first).to_have_text("Hidden layer sizes")
    expect(page.locator("#study-waiting")).to_be_hidden()
    expect(page.locator("#study-tally")).to_have_text("2 of 2 trainings complete")
    expect(page.locator("#curves-plot .scatterlayer .trace")).to_have_count(2)
    for row in product.http.get(f"/api/studies/{selected(page)}").json()["table"]["rows"]:
        (job,) = row["jobs"]
        of_job = [answer for answer in answers if job in answer.url]
        whole = product.http.get(f"/api/jobs/{job}/metrics?split=test").json()
        assert [("after=" in answer.url) for answer in of_job] == [False, *[True] * (len(of_job) - 1)]
        assert sum(answer.json()["total_points"] for answer in of_job) == whole["total_points"] == 401
        assert len(of_job) > 1, "the curve was seen to grow"


def test_a_ladder_by_keyboard_on_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_studies(page, product, "?dataset=digits&hidden_sizes=16&epochs=2&validation_fraction=0")
    page.locator('#own-kind input[value="sweep"]').focus()
    page.keyboard.press("ArrowRight")
    for rung in page.locator("#own-rungs input").all()[2:]:
        rung.focus()
        page.keyboard.press("Space")
    page.locator("#own-seeds").fill("1")
    page.keyboard.press("Enter")
    wait_until_completed(page)
    expect(page.locator("#study-table tbody tr")).to_have_count(2)
    gain = page.locator('#study-table tr[data-label="Standardization"] td').nth(3)
    rows = product.http.get(f"/api/studies/{selected(page)}").json()["table"]["rows"]
    points = rows[1]["gain"]["accuracy"] * 100
    expect(gain).to_have_text(f"{points:.1f}\u202fpt".replace("-", "−"))
    expect(page.locator("#second-plot .barlayer .point")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
