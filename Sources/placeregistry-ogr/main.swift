import CGDAL

GDALAllRegister()
