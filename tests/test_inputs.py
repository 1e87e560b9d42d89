"""What the network sees: crops, flips and scaling against slow, obvious versions."""

import torch

from ml.inputs import centre_crop, channel_statistics, random_crops, scaled, scaling


def pictures(count: int = 6, side: int = 16) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, side, side, 3), generator=generator, dtype=torch.uint8)


def test_channel_statistics_equal_torchs_over_all_pixels():
    samples = pictures(5000, 8)
    mean, deviation = channel_statistics(samples)
    values = samples.double().flatten(0, 2) / 255
    torch.testing.assert_close(mean, values.mean(0))
    torch.testing.assert_close(deviation, values.std(0, unbiased=False))


def test_standardized_training_pixels_have_mean_zero_and_deviation_one():
    samples = pictures(200)
    seen = scaled(samples, scaling(samples, standardize=True))
    assert seen.shape == (200, 3, 16, 16)
    assert seen.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(seen.mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.std((0, 2, 3), unbiased=False), torch.ones(3), atol=1e-5, rtol=0)


def test_unstandardized_pixels_lie_between_zero_and_one():
    seen = scaled(pictures(), scaling(pictures(), standardize=False))
    torch.testing.assert_close(seen, pictures().permute(0, 3, 1, 2).float() / 255)


def test_a_channel_that_never_varies_is_only_centred():
    samples = torch.full((10, 2), 3.0)
    torch.testing.assert_close(scaled(samples, scaling(samples, standardize=True)), torch.zeros(10, 2))


def test_every_crop_is_a_window_of_its_own_picture_mirrored_or_not():
    samples = pictures(20)
    indices = torch.tensor([3, 3, 0, 19, 7, 7])
    crops = random_crops(samples, indices, flip=True, generator=torch.Generator().manual_seed(1))
    assert crops.shape == (6, 14, 14, 3)
    for crop, index in zip(crops, indices, strict=True):
        windows = [samples[index, top : top + 14, left : left + 14] for top in range(3) for left in range(3)]
        assert any(torch.equal(crop, window) or torch.equal(crop, window.flip(1)) for window in windows)


def test_crops_are_drawn_anew_for_every_sample_and_flips_are_about_half():
    samples = pictures(1)
    crops = random_crops(samples, torch.zeros(900, dtype=torch.int64), True, torch.Generator().manual_seed(2))
    kinds, counts = crops.flatten(1).unique(dim=0, return_counts=True)
    assert len(kinds) == 9 * 2
    assert counts.min() > 20  # 50 expected of each


def test_without_flip_no_crop_is_mirrored():
    samples = pictures(1)
    crops = random_crops(
        samples, torch.zeros(300, dtype=torch.int64), False, torch.Generator().manual_seed(2)
    )
    assert len(crops.flatten(1).unique(dim=0)) == 9


def test_centre_crop_keeps_the_middle():
    samples = pictures(2, 32)
    assert torch.equal(centre_crop(samples), samples[:, 2:30, 2:30])
