"""What the law room knows, as pages: countries, treaties, routes, dual criminality, harmonisation. No personal data."""
