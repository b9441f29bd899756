"""The pages for people: links, samples, anchors."""
