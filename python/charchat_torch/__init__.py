"""charchat's models in PyTorch: loaded, trained on one machine or many, and brought back as the same files."""

from .alphabet import Alphabet
from .configuration import LayerConfiguration, ModelConfiguration, PointerHeadConfiguration
from .errors import CharchatError
from .model import CharacterModel
from .model_file import ModelFile
from .resets import Resets
from .shards import ShardFolder

__all__ = [
    "Alphabet", "CharacterModel", "CharchatError", "LayerConfiguration", "ModelConfiguration",
    "ModelFile", "PointerHeadConfiguration", "Resets", "ShardFolder",
]


def load(path: str) -> CharacterModel:
    """The network in a charchat model file."""
    file = ModelFile.load(path)
    model = CharacterModel(file.configuration)
    model.load_tensors(file.tensors)
    return model
