"""Pictures as a phone's camera makes them: large, turned by EXIF, with the place in them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base


def camera_picture(path: Path) -> Path:
    """A 3000×2000 JPEG that says where and when it was taken."""
    picture = Image.new("RGB", (3000, 2000), "#b9c7a0")
    draw = ImageDraw.Draw(picture)
    for step in range(0, 3000, 100):
        draw.line([(step, 0), (3000 - step, 2000)], fill=(step % 255, 90, 120), width=9)
    exif = Image.Exif()
    exif[Base.Model] = "Redmi 12C"
    exif[Base.DateTime] = "2026:10:16 14:32:05"
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (36.0, 55.0, 48.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (118.0, 3.0, 0.0),
        }
    )
    picture.save(path, exif=exif, quality=90)
    with Image.open(path) as made:
        assert made.getexif().get_ifd(IFD.GPSInfo)
    return path
