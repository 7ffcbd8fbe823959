"""Parts of the methods made of frozen CNN features: the CNN, feature selection, a support vector machine of arrays."""
