"""Generated images of stained blood smears with exact masks.

An image is built the way a slide is: the geometry of the cells in micrometres (`geometry`, `nuclei`, `leukocytes`,
`surroundings`) gives how much of each stain lies at each point; the stains' absorbances (`stains`) turn that into light
by the Beer-Lambert law, and the microscope and the camera (`optics`) do the rest. `image` puts it together.
"""
