# For projects with a Makefile: `include path/to/holdfast/holdfast.mk`, compile HOLDFAST_SOURCES with HOLDFAST_CPPFLAGS, and your port.
# For tests on this computer add HOLDFAST_FAKE_SOURCES and HOLDFAST_FAKE_CPPFLAGS instead of a port.
HOLDFAST_FOLDER := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
HOLDFAST_SOURCES := $(wildcard $(HOLDFAST_FOLDER)/src/*.c)
HOLDFAST_CPPFLAGS := -I$(HOLDFAST_FOLDER)/src
HOLDFAST_FAKE_SOURCES := $(HOLDFAST_FOLDER)/fake/holdfast_fake.c
HOLDFAST_FAKE_CPPFLAGS := -I$(HOLDFAST_FOLDER)/fake
