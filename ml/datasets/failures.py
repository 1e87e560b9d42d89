"""What can be wrong with data, in words for the person who has to fix it. Every message names a place."""


class DatasetFailure(Exception):  # noqa: N818 - the data failed, not the code
    """A data set could not be read."""


class DataError(DatasetFailure):
    """The data are there but cannot be used as they are; the message names the file or folder."""


class DatasetUnavailable(DatasetFailure):
    """The data are not there and cannot be fetched; the message names the folder to fill, and with what."""
