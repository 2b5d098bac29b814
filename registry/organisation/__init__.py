"""Who there is and where: institutions, departments, places, people and their roles."""
