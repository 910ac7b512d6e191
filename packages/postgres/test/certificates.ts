/**
 * A key and its certificate, in PEM: signed by itself, valid for `localhost` and for a hundred years. They protect nothing
 * but the tests.
 */
export const SERVER = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUaHsMfwspe104T7qgHGEh4xcUhokwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMc2x1aWNlIHRlc3RzMCAXDTI2MTEyNTA5MDQzMloYDzIxMjYx
MTAxMDkwNDMyWjAXMRUwEwYDVQQDDAxzbHVpY2UgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASIVwpR9VZfOCg4NcGaD41t1F4z4ieJ6kPNOx67cMJWsb/v
2M+alnYFoP+3gaiusSrIgvAfappD9aZX/VuVWwF+o2kwZzAdBgNVHQ4EFgQU4dl8
bHASJkeXkkrkWxkYDW7k+SYwHwYDVR0jBBgwFoAU4dl8bHASJkeXkkrkWxkYDW7k
+SYwDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSAAwRQIhAJu4qahwONbaRznBtV/2s01wKvzMnZ98yUuaBX9r/axuAiAi
RPpOgMsp6C3J2hGP0jnV+PSWCdpGjW36JY/PfMHf9g==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAaakmmRWY2BoXZW6
F4gsh4yTQe6l2R9Pk2S1zj16+J+hRANCAASIVwpR9VZfOCg4NcGaD41t1F4z4ieJ
6kPNOx67cMJWsb/v2M+alnYFoP+3gaiusSrIgvAfappD9aZX/VuVWwF+
-----END PRIVATE KEY-----
`,
};

/** Another one that is signed by itself: nothing that the first one signs is trusted by who trusts it. */
export const ANOTHER_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUW3vz45Jt5JqRei6HyH3gYs3IMzMwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMc2x1aWNlIHRlc3RzMCAXDTI2MTEyNTA5MDQzMloYDzIxMjYx
MTAxMDkwNDMyWjAXMRUwEwYDVQQDDAxzbHVpY2UgdGVzdHMwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAS9mVORwL60keWT2Te9861qaeFunDhc9yxXQb0pGGUb/njC
b2vM9iJBr+ffCKzZA1h+ZKevF/IcotL4H4m5dHcMo2kwZzAdBgNVHQ4EFgQUjHTP
KzDDxwVUlAfnWKzLB2Nr+70wHwYDVR0jBBgwFoAUjHTPKzDDxwVUlAfnWKzLB2Nr
+70wDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAP/i2+wft6fk7AONv8KWZJ7N/E3mpvelP+7u9npMg+/hAiEA
8Hy3EhMaYrcS4QvTgmOYgFMdIuRqgFs6RE6NoCIQ1gc=
-----END CERTIFICATE-----
`;
