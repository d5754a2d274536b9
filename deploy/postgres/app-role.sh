#!/bin/sh
# Run once by the database's image, on an empty volume: the role the portal works as. The tables belong to POSTGRES_USER;
# what this role may do to them is given after each migrate (KPI_APP_ROLE, kpiportal/database_rights.py).
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE kpiportal LOGIN PASSWORD :'password';
SQL
